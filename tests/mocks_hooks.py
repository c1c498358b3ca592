"""What schemathesis counts as a failure and is none, each with its reason; book/src/mock.md tells them to readers."""

import json
import os

import schemathesis


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """False for a failure that does not count; it is noted in the file that MOCKS_ASIDE names."""
    counts = counts_as_failure(failure, case)
    if not counts and "MOCKS_ASIDE" in os.environ:
        with open(os.environ["MOCKS_ASIDE"], "a", encoding="utf-8") as aside:
            aside.write(f"{type(failure).__name__}\t{case.operation.label}\t{case.media_type}\n")
    return counts


def counts_as_failure(failure, case):
    kind = type(failure).__name__
    if kind == "AcceptedNegativeData":
        return not is_text(case) and not is_empty_element(case) and not has_twin(case)
    if kind == "RejectedPositiveData":
        return fits(case)
    return True


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
