"""
Teaches schemathesis JSON Lines, and says what it counts as a failure of the service of everything and is none, each with
its reason; book/src/everything.md tells readers of them.
"""

import json
import re

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
        return "SSE" not in str(failure.title)
    if kind == "AcceptedNegativeData":
        return not (is_cookie(case) or is_text(case))
    return True


def is_cookie(case):
    """Cookies that nobody has heard of are no fault: browsers send all that they have for a site."""
    told = case.meta.phase.data.description or ""
    return case.operation.label == "GET /styles/cookies" and "unexpected properties" in told


def is_text(case):
    """XML and forms hold texts: a null or a number in place of a text is one. What XML cannot hold is left out, and `tags=` is
    how an empty list is written, not a list of one empty text."""
    media = (case.media_type or "").split(";")[0]
    if media == "application/xml":
        return told_type(case) or bool(NOT_XML.search(json.dumps(case.body, ensure_ascii=False, default=str)))
    if media in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return told_type(case) or [""] in (case.body or {}).values()
    return media == "text/plain"


def told_type(case):
    return "type" in (case.meta.phase.data.description or "").lower()
