"""What schemathesis counts as a failure and is none, each with its reason; book/src/mock.md tells them to readers."""

import json
import os
import re

import schemathesis


# The longest request target that the HTTP library reads; what is longer is 414 (RFC 9110, section 15.5.15).
LONGEST_TARGET = 65_534

# What schemathesis writes as it is where the name of an element is wanted; of the rest it makes `_`.
XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """`const` is none of OpenAPI 3.0, where schemathesis passes over it; the mock takes it as meant."""
    if str(raw_schema.get("openapi", "")).startswith("3.0"):
        const_as_enum(raw_schema)


def const_as_enum(value):
    if isinstance(value, dict):
        if "const" in value and ("type" in value or len(value) == 1) and not isinstance(value["const"], (dict, list)):
            value["enum"] = [value.pop("const")]
        for inner in value.values():
            const_as_enum(inner)
    elif isinstance(value, list):
        for inner in value:
            const_as_enum(inner)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """False for a failure that does not count; it is noted in the file that MOCKS_ASIDE names."""
    counts = not is_too_long(case, response) and counts_as_failure(failure, case)
    if not counts and "MOCKS_ASIDE" in os.environ:
        with open(os.environ["MOCKS_ASIDE"], "a", encoding="utf-8") as aside:
            aside.write(f"{type(failure).__name__}\t{case.operation.label}\t{case.media_type}\n")
    return counts


def counts_as_failure(failure, case):
    kind = type(failure).__name__
    if kind == "AcceptedNegativeData":
        harmless = (is_text, is_empty_element, has_twin, is_same_as_valid, is_empty_list)
        return not any(is_harmless(case) for is_harmless in harmless)
    if kind == "RejectedPositiveData":
        return fits(case) and not is_lost(case)
    return True


def is_too_long(case, response):
    """No operation is known yet when this is refused (431: the whole head is too long), and none of its answers can be given."""
    return response.status_code in (414, 431) and len(response.request.url) > LONGEST_TARGET


def essence(case):
    return (case.media_type or "").split(";")[0]


def is_lost(case):
    """What schemathesis sends is not the value: nulls, and members of lists and objects that are no texts, in a form that is
    written by Python's `urlencode`; several names in one object that are one in XML."""
    if essence(case) == "application/x-www-form-urlencoded" and isinstance(case.body, dict):
        return any(is_deep(value) for value in case.body.values())
    if essence(case) == "multipart/form-data" and isinstance(case.body, dict):
        return any(value is None or isinstance(value, list) and None in value for value in case.body.values())
    return essence(case).endswith("xml") and has_bad_name(case.body)


def is_deep(value):
    items = value if isinstance(value, list) else [value]
    return any(item is None or isinstance(item, (dict, list)) for item in items)


def has_bad_name(value):
    if isinstance(value, dict):
        return not all(map(XML_NAME.fullmatch, value)) or any(map(has_bad_name, value.values()))
    return isinstance(value, list) and any(map(has_bad_name, value))


def is_same_as_valid(case):
    """
    The request is that of a valid value too: in a form and in XML a list of one is written like its member, and all is text;
    and `readOnly` properties may be ignored as well as refused (JSON Schema Validation 2020-12, section 9.4).
    """
    body = case.operation.get_body_for_media_type(case.media_type) if case.media_type else None
    if body is None or not isinstance(case.body, dict) or in_parameters(case):
        return False
    told = essence(case)
    if told.endswith("json"):
        return is_read_only(case)
    if told == "application/x-www-form-urlencoded":
        # A list without members leaves no trace.
        # So schemathesis writes an object in an object.
        inner = [item for value in case.body.values() if isinstance(value, dict) for item in value.items()]
        plain = {name: value for name, value in [*inner, *case.body.items()] if not is_deep(value)}
        plain = {**{name: [] for name in required(body.definition["schema"])}, **plain}
        return any(is_valid(body, other) for other in (plain, *spelled_alike(plain)))
    if told == "multipart/form-data":
        # A list without members leaves no trace, and of a null it makes the text `null`.
        parts = {name: "null" if value is None else value for name, value in case.body.items() if value != []}
        return any(is_valid(body, other) for other in (parts, *spelled_alike(parts)))
    return told.endswith("xml") and any(is_valid(body, other) for other in spelled_alike(case.body))


def is_empty_list(case):
    """`?tags=` is a list of one empty text, which may be wrong, and a list without members, which may be right."""
    values = case.query or {}
    given = [parameter for parameter in case.operation.query if parameter.name in values]
    wrong = [parameter for parameter in given if not reads(parameter, values[parameter.name])]
    return bool(wrong) and all(values[parameter.name] in ("", [""]) and parameter.is_valid([]) for parameter in wrong)


def in_parameters(case):
    """Is it not the body, or not only, that is wrong?"""
    data = case.meta.phase.data
    places = [mutation.parameter_location for mutation in data.mutations] or [data.parameter_location]
    return any(place is not None and place.name != "BODY" for place in places)


def required(schema):
    """The names of a schema, or of the one that it refers to, in the form in which schemathesis holds it."""
    root, steps = schema, str(schema.get("$ref", "")).removeprefix("#/")
    for step in filter(None, steps.split("/")):
        schema = schema.get(step, {})
    return schema.get("required", root.get("required", []))


def spelled_alike(value):
    """Other values that are written the same, with one difference anywhere inside."""
    if isinstance(value, dict):
        yield from ({**value, name: other} for name, inner in value.items() for other in spelled_alike(inner))
    if isinstance(value, list):
        yield from ([*value[:n], other, *value[n + 1 :]] for n, inner in enumerate(value) for other in spelled_alike(inner))
    if value in ("", None, {}):
        yield from ([], {}, "", [""], None)
    if isinstance(value, list) and len(value) == 1:
        yield value[0]
    if isinstance(value, str):
        try:
            yield json.loads(value)
        except ValueError:
            pass
    if not isinstance(value, (dict, list)):
        text = value if isinstance(value, str) else json.dumps(value)
        yield from ([value], text, [text])


def is_valid(body, value):
    try:
        return body.is_valid(as_texts(value))
    except (TypeError, ValueError):  # Something that no JSON has.
        return False


def as_texts(value):
    """With texts for the bytes of files."""
    if isinstance(value, dict):
        return {name: as_texts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_texts(inner) for inner in value]
    data = getattr(value, "data", value)
    return data.decode("latin-1") if isinstance(data, bytes) else value


def is_read_only(case):
    """Is a property that a request may not have, by schemathesis, `readOnly`?"""
    name = re.fullmatch(r"(?:.*(?: -> |: ))?([^:]+): Value is not allowed", case.meta.phase.data.description or "")
    return bool(name) and says_read_only(case.operation.schema.raw_schema, name.group(1))


def says_read_only(value, name):
    if isinstance(value, list):
        return any(says_read_only(inner, name) for inner in value)
    if not isinstance(value, dict):
        return False
    own = value.get("properties", {}).get(name) if isinstance(value.get("properties"), dict) else None
    return (isinstance(own, dict) and own.get("readOnly") is True) or any(
        says_read_only(inner, name) for inner in value.values()
    )


def is_text(case):
    """Whatever is sent as text is a text: a null that is written `null` cannot be refused."""
    media = (case.media_type or "").split(";")[0]
    return media.startswith("text/") and not media.endswith("xml")


def is_empty_element(case):
    """An element without content is an empty object as well as an empty text."""
    return (case.media_type or "").split(";")[0].endswith("xml") and case.body == ""


def has_twin(case):
    """Another path differs in a fragment only, which no request shows: what one refuses the other may take."""
    path = case.operation.path.split("#")[0]
    paths = case.operation.schema.raw_schema["paths"]
    return sum(other.split("#")[0] == path for other in paths) > 1


def fits(case):
    """
    False when a request that is called valid is not, by the validator of schemathesis itself: parameters that were taken
    from another operation's answer, an empty text as a date.
    """
    operation = case.operation
    for parameters, values in (
        (operation.path_parameters, case.path_parameters),
        (operation.query, case.query),
        (operation.headers, case.headers),
    ):
        for parameter in parameters:
            if parameter.name in (values or {}) and not reads(parameter, values[parameter.name]):
                return False
    body = operation.get_body_for_media_type(case.media_type) if case.media_type else None
    if body is None or not isinstance(case.body, (dict, list, str, int, float, bool, type(None))):
        return True
    try:
        return body.is_valid(case.body)
    except (TypeError, ValueError):  # Bytes inside: nothing that a schema could judge.
        return True


def reads(parameter, value):
    """Whether a value fits a parameter, as it is or read as JSON."""
    if not isinstance(value, str):
        return parameter.is_valid(value)
    value = str(value)
    if parameter.is_valid(value):
        return True
    try:
        return parameter.is_valid(json.loads(value))
    except ValueError:
        return False
