"""
Teaches schemathesis JSON Lines, and says what it counts as a failure of the service of everything and is none, each with
its reason; book/src/everything.md tells readers of them.
"""

import json
import re
from urllib.parse import unquote

import schemathesis

# What XML cannot hold at all (XML 1.0 section 2.2); schemathesis leaves it out.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    """Each line is a value of the schema; one is as good as many."""
    return (json.dumps(value) + "\n").encode()


@schemathesis.deserializer("application/x-ndjson")
def first(ctx, response):
    return json.loads(response.content.splitlines()[0])


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """False for what is no failure."""
    kind, label = type(failure).__name__, case.operation.label
    if kind == "ServerError":
        # It asked for this status.
        return (label, response.status_code) != ("GET /responses/statuses/{status}", 503)
    if label == "GET /responses/events":
        # In OpenAPI 3.1 the schema of `text/event-stream` is by habit that of the data; it is taken for that of the event.
        return "SSE" not in str(failure.title) or '"x" is a required property' not in failure.message
    if kind == "RejectedPositiveData" and label == "POST /schemas/numbers":
        # It does not know the format `uint64`.
        return 0 <= case.body.get("uint64", 0) < 2**64
    if kind == "AcceptedNegativeData":
        return not (is_cookie(case) or is_cut(case) or is_text(case) or is_one(case))
    return True


def is_cookie(case):
    """Cookies that nobody has heard of are no fault: browsers send all that they have for a site."""
    told = case.meta.phase.data.description or ""
    return case.operation.label == "GET /styles/cookies" and "unexpected properties" in told


def is_cut(case):
    """A cookie ends at the next `;`, without the space and the quotes around it (RFC 6265, sections 4.1.1 and 5.4), and
    parameters are escaped with percent signs: what is left of it is good."""
    session = (case.cookies or {}).get("session")
    if case.operation.label != "GET /styles/cookies" or not isinstance(session, str):
        return False
    left = unquote(session.split(";")[0].strip(" \t").removeprefix('"').removesuffix('"'))
    return left != session and bool(re.fullmatch("[a-z][a-z0-9]*", left)) and "visits" not in (case.cookies or {})


def is_one(case):
    """In a path a list of one number is written like the number."""
    value = str((case.path_parameters or {}).get("list", ""))
    return case.operation.label.startswith("GET /styles/") and bool(re.fullmatch(r"\.?-?\d{1,9}(\.0)?", value))


def is_text(case):
    """XML and forms hold texts: a null or a number in place of one of these is one. What XML cannot hold is left out, and
    `tags=` is how an empty list is written, not a list of one empty text."""
    media = (case.media_type or "").split(";")[0]
    body = case.body if isinstance(case.body, dict) else {}
    if media == "application/xml":
        whole = json.dumps(case.body, ensure_ascii=False, default=str)
        return all_told(case, [types_of("title|authors")]) or bool(NOT_XML.search(whole))
    if media == "application/x-www-form-urlencoded":
        return all_told(case, [types_of("name|tags")]) or [""] in body.values()
    if media == "multipart/form-data":
        # Any bytes are binary, a file in place of a list is a list of one, and no part is how an empty list is written.
        point = body.get("point")
        allowed = [types_of("title|files?"), r"violates `format` at /properties/files?(/items)?"]
        allowed += [types_of("point")] if point == [] else []
        # Schemathesis takes some whole numbers of 32 bits for none.
        allowed += [r"violates `format` at /properties/point/properties/[xy]"] if is_point(point) else []
        return all_told(case, allowed)
    return False


def is_point(value):
    return isinstance(value, dict) and all(type(one) is int and -(2**31) <= one < 2**31 for one in value.values())


def types_of(names):
    """The type of one of these properties, or of an item of it, is what schemathesis changed."""
    return rf"({names})( -> .*)?: Incorrect type|violates `type` at /properties/({names})(/items)?( \(.*\))?"


def all_told(case, allowed):
    """Is each thing that schemathesis did to the value one of these?"""
    told = (case.meta.phase.data.description or "").splitlines()
    return bool(told) and all(any(re.fullmatch(one, line.removeprefix("- ")) for one in allowed) for line in told)
