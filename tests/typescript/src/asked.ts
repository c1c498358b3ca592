// Prints what to ask of a document, for programs in other languages.
import { requests, schemes } from "./requests.js";

console.log(JSON.stringify({ requests, schemes }));
