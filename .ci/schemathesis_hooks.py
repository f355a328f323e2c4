"""Lets generated requests reach what is behind the parameters' checks, and counts what became of them.

The description allows for what any operator may configure. The service under test allows short waits only, or a fuzzer
would spend its time waiting; so of the durations that the description allows nearly all would be refused with 400, and
of the offsets nearly all would be beyond the end. Here the description is narrowed to what this service accepts, and
some values are made likely. What is generated to be refused still is.
"""

import atexit
import collections
import os
import uuid

import schemathesis

DURATIONS = {"pattern": "^(([0-4]?[0-9]|50)ms|0s|0m)$", "examples": ["20ms", "0s", "0m"]}
SMALL_OFFSETS = {"type": "integer", "minimum": 0, "maximum": 64}
CHILDREN = {"enum": ["agent", "bingo"]}

made = collections.Counter()


@schemathesis.hook
def before_load_schema(context, raw_schema):
    schemas = raw_schema["components"]["schemas"]
    schemas["Duration"].update(DURATIONS)
    schemas["SessionRequest"]["properties"]["child"] = {
        "anyOf": [CHILDREN, schemas["SessionRequest"]["properties"]["child"]]
    }
    for parameter in parameters(raw_schema):
        schema = parameter["schema"]
        reference = schema.get("$ref", "")
        if reference.endswith("/Offset"):
            parameter["schema"] = {"anyOf": [SMALL_OFFSETS, schema]}
        elif reference.endswith("/Duration"):
            schema.pop("default", None)


def parameters(raw_schema):
    yield from raw_schema["components"]["parameters"].values()
    for path in raw_schema["paths"].values():
        for operation in path.values():
            yield from (parameter for parameter in operation.get("parameters", []) if "schema" in parameter)


@schemathesis.hook
def filter_query(context, query):
    """Without what a query string cannot say: it would be left out, and what is left be right."""
    return all(value not in (None, [], {}) for value in (query or {}).values())


@schemathesis.deserializer("application/octet-stream")
def bytes_as_text(context, response):
    return response.content.decode("latin-1")


@schemathesis.hook
def after_call(context, case, response):
    mode = case.meta.generation.mode.value if case.meta else "other"
    made[case.operation.label, mode, response.status_code] += 1


@atexit.register
def write():
    folder = os.environ.get("REQUESTS_MADE")
    if folder:
        with open(os.path.join(folder, f"{uuid.uuid4()}.tsv"), "w", encoding="utf-8") as file:
            for (operation, mode, status), count in made.items():
                print(operation, mode, status, count, sep="\t", file=file)
