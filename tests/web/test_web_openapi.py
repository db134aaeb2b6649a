"""The JSON addresses answer as their description says, whatever they are asked, over a real server."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks as described

from search.settings import Settings
from tests.web.fakes import Browser
from web.params import read

CHECKS = (
    schemathesis.checks.not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_schema_conformance,
)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_as_described(site: str, mode: GenerationMode) -> None:
    description = schemathesis.openapi.from_url(f"{site}/openapi.json")
    asked = set()
    for found in description.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not list(operation.query):
            continue
        asked.add(operation.path)

        @settings(
            max_examples=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        ask()
    assert {"/search.json", "/suggest.json"} <= asked


def test_every_parameter_that_is_read_is_described(browser: Browser) -> None:
    asked: set[str] = set()

    class Arguments:
        def getlist(self, name: str) -> list[str]:
            asked.add(name)
            return []

    read(Arguments(), Settings())
    description = json.loads(browser.get("/openapi.json").text)
    told = description["paths"]["/search.json"]["get"]["parameters"]
    assert {one["name"] for one in told} == asked | {"ui"}


def test_every_json_address_is_described(browser: Browser) -> None:
    described_ = set(json.loads(browser.get("/openapi.json").text)["paths"])
    rules = {rule.rule for rule in browser.app.url_map.iter_rules()}
    assert described_ == {rule for rule in rules if rule.endswith(".json")} | {"/healthz"}
