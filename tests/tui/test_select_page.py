"""Hardware for a model, and plans of training, by keys."""

import json
import os
import shutil
from dataclasses import replace

import duckdb
import pytest
from browsing import LARGE, SMALL, browsing, rows_of, settled, text_of
from click.testing import CliRunner
from textual.widgets import Input, Static

from benchmart.config import Home
from benchmart.errors import UsageError
from interfaces.cli.main import cli
from interfaces.reports.charts.fronts import Point
from tui.contents.question import AskedHardware, from_path
from tui.contents.simulated import simulated_device
from tui.contents.typed import FieldError
from tui.widgets.answer import Answer
from tui.widgets.bars import bars
from tui.widgets.pareto import Shown, drawn

pytestmark = pytest.mark.anyio

ASKED = "select/net_100?batch=8&hardware=rtx-4090,rtx-3090,t4"
PREDICTED = "select/resnet50?precision=amp_fp16&batch=64&hardware=rtx-4090,a100-sxm-80gb,t4"
PLAN = "select/llama-7b?sequence=2048&gpus=8&each=24GB&step=64&view=plan"
DEVICE = "NextGPU,48GB,2TB,400,0.5"


def column(app, name) -> list:
    table = rows_of(app, "rows")
    at = list(table.columns).index(name)
    return [table.row(number)[at] for number in range(min(table.row_count, 100))]


def said(app, name) -> str:
    line = app.screen.query_one(f"#{name}", Static)
    return str(line.content) if line.display else ""


async def test_without_a_model_one_is_chosen_from_those_with_most_results(browsed) -> None:
    async with browsing(browsed, "select", SMALL) as (app, pilot):
        assert column(app, "model")[:2] == ["ResNet-50", "net_000"]
        assert column(app, "results")[:2] == [40, 1]
        assert "enter asks for one" in said(app, "found")
        await pilot.press("down", "enter")
        await settled(app, pilot)
        assert app.screen.here().link == "select/net_000?mode=inference&precision=fp32&batch=8"
        assert column(app, "basis")[0] == "✓ measured"


async def test_what_was_measured_has_a_tick_and_what_is_rejected_says_why(browsed) -> None:
    async with browsing(browsed, ASKED, SMALL) as (app, pilot):
        assert column(app, "device") == ["GeForce RTX 4090", "GeForce RTX 3090", "Tesla T4"]
        assert column(app, "basis") == ["✓ measured", "rejected", "rejected"]
        assert column(app, "items/s") == [110.0, None, None]
        assert said(app, "found").startswith("devices: 1 in order, then 2 rejected")
        await pilot.press("down")
        await settled(app, pilot)
        assert "GeForce RTX 3090: rejected" in said(app, "detail")
        assert "nothing was measured on it" in text_of(app)


async def test_a_model_is_typed_and_back_returns_to_the_one_before(browsed) -> None:
    async with browsing(browsed, ASKED) as (app, pilot):
        await pilot.press("slash", *"net_101", "enter")
        await settled(app, pilot)
        assert column(app, "items/s")[0] == 111.0
        assert app.screen.here().path == "net_101?batch=8&hardware=rtx-4090,rtx-3090,t4"
        assert app.focused is rows_of(app, "rows")
        await pilot.press("backspace")
        await settled(app, pilot)
        assert column(app, "items/s")[0] == 110.0
        assert app.screen.query_one("#field-model", Input).value == "net_100"


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("batch", "many", "! batch: 'many' is no number. Give a whole number of at least 1"),
        ("hardware", "warp", "! hardware: no hardware 'warp' is known"),
        ("precision", "fp33", "! precision: there is no precision 'fp33'"),
        ("weigh", "beauty=1", "! weigh: 'beauty' is nothing to weigh"),
    ],
)
async def test_what_means_nothing_is_said_beside_its_line_and_the_answer_stays(
    browsed, field, typed, says
) -> None:
    async with browsing(browsed, ASKED) as (app, pilot):
        line = app.screen.query_one(f"#field-{field}", Input)
        line.value = typed
        line.focus()
        await pilot.press("enter")
        await settled(app, pilot)
        assert said(app, "wrong").startswith(says)
        assert "!" in str(app.screen.query_one(f"#box-{field} Label", Static).content)
        assert app.focused is line
        assert column(app, "items/s")[0] == 110.0


async def test_a_model_nobody_knows_is_doubted(browsed) -> None:
    async with browsing(browsed, "select/no[b]thing?hardware=rtx-4090,t4", SMALL) as (app, _):
        assert said(app, "wrong").startswith("? model: whether it fits is not known: no[b]thing: ")


async def test_enter_says_what_a_score_is_made_of_and_what_was_measured_nearest(browsed) -> None:
    async with browsing(browsed, ASKED, LARGE) as (app, pilot):
        await pilot.press("enter")
        await settled(app, pilot)
        shown = text_of(app)
        for told in (
            "Score 1.000",
            "throughput        50        100   0.5",
            "measured, 1 results",
            "0.39 an hour",
        ):
            assert told in shown
        assert "GeForce RTX 4090  fp32           8      110" in shown
        await pilot.press("escape")
        assert app.focused is rows_of(app, "rows")


async def test_speed_is_drawn_against_price_then_against_memory(browsed) -> None:
    async with browsing(browsed, PREDICTED, SMALL) as (app, pilot):
        assert column(app, "basis") == ["predicted"] * 3
        await pilot.press("t")
        await settled(app, pilot)
        assert "$/h 100%  A100 SXM4 80GB" in text_of(app)
        assert "<svg" in app.screen.picture()
        await pilot.press("t")
        await settled(app, pilot)
        assert app.screen.here().path.endswith("view=memory")
        assert "GB  100%  A100 SXM4 80GB" in text_of(app)
        await pilot.press("o")
        await settled(app, pilot)
        assert app.screen.picture() is None
        assert app.focused is rows_of(app, "rows")


async def test_a_device_that_nobody_has_is_ranked_among_the_others(browsed) -> None:
    async with browsing(browsed, PREDICTED, SMALL) as (app, pilot):
        await pilot.press("h", *"NextGPU", "enter")
        await settled(app, pilot)
        wrong = str(app.screen.query_one("#device-wrong", Static).content)
        assert wrong.startswith("! memory: memory is ''")
        for name, typed in zip(
            ("memory", "bandwidth", "tflops", "price"), DEVICE.split(",")[1:], strict=True
        ):
            app.screen.query_one(f"#device-{name}", Input).value = typed
        await pilot.press("enter")
        await settled(app, pilot)
        assert column(app, "device")[0] == "NextGPU (simulated)"
        assert column(app, "basis")[0] == "predicted"
        assert column(app, "notes")[0] == "not in the catalogue: as typed"
        assert app.screen.here().path.endswith(f"&device={DEVICE}")
        await pilot.press("h")
        app.screen.query_one("#device-name", Input).value = ""
        await pilot.press("enter")
        await settled(app, pilot)
        assert "NextGPU (simulated)" not in column(app, "device")


async def test_a_device_of_an_answer_that_another_took_the_place_of_opens_nothing(browsed) -> None:
    async with browsing(browsed, ASKED, SMALL) as (app, pilot):
        page, answer = app.screen, app.screen.query_one(Answer)
        selection = replace(answer.content.selection, options=(), rejected=())
        answer.content = replace(answer.content, selection=selection)
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen is page


async def test_training_is_planned_with_memory_by_part(browsed) -> None:
    async with browsing(browsed, PLAN, SMALL) as (app, pilot):
        assert column(app, "strategy") == ["ddp", "zero1", "zero2", "fsdp2", "zero3"]
        assert column(app, "fits") == ["too large", "too large", "fits", "fits", "fits"]
        assert column(app, "chosen") == ["", "", "", "", "* plan"]
        assert "not for these devices: single" in text_of(app)
        assert "optimizer       10.11 █" in text_of(app)
        assert "* plan" in said(app, "detail")
        await pilot.press("g")
        await settled(app, pilot)
        assert "together       112.78 of 24.00 GB, 470%" in text_of(app)
        await pilot.press("enter")
        await settled(app, pilot)
        assert "up to 16 devices are worth it (estimated)" in text_of(app)


async def test_a_plan_asks_for_a_device_first(browsed) -> None:
    async with browsing(browsed, "select/llama-7b?view=plan", SMALL) as (app, pilot):
        assert said(app, "wrong").startswith("! gpu: neither a gpu nor its memory is given")
        await pilot.press(*"a100-sxm-80gb", "enter")
        await settled(app, pilot)
        assert column(app, "strategy")[0] == "single"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("link=fast", "! link: interconnect is 'fast'"),
        ("network=50", "! network: network is '50'"),
        ("host=0GB", "! host: host memory is '0GB'"),
    ],
)
async def test_a_size_that_means_nothing_is_told_beside_its_line(browsed, typed, told) -> None:
    async with browsing(browsed, f"{PLAN}&{typed}", SMALL) as (app, _):
        assert said(app, "wrong").startswith(told)


async def test_a_plan_is_made_for_a_link_and_for_memory_to_offload_to(browsed) -> None:
    async with browsing(browsed, PLAN, SMALL) as (app, _):
        slow = column(app, "seconds")
    async with browsing(browsed, f"{PLAN}&link=600GB&host=1TB", SMALL) as (app, _):
        assert "optimizer on cpu" in column(app, "with")[2]
        assert column(app, "seconds")[-1] < slow[-1]


async def test_training_is_planned_on_the_device_of_the_row(browsed) -> None:
    async with browsing(browsed, PREDICTED.replace("resnet50", "vit_base_patch16_224")) as (app, pilot):
        await pilot.press("down")
        device = column(app, "hardware_id")[1]
        await pilot.press("p")
        await settled(app, pilot)
        assert app.screen.query_one("#field-gpu", Input).value == device
        assert "* plan" in column(app, "chosen")
        assert "micro-batch: throughput is within 10 % of its best from" in said(app, "detail")
        await pilot.press("backspace")
        await settled(app, pilot)
        assert rows_of(app, "rows").cursor == 1


async def test_what_cannot_be_planned_says_why_in_place_of_another_answer(browsed) -> None:
    async with browsing(browsed, PREDICTED) as (app, pilot):
        await pilot.press("p")
        await settled(app, pilot)
        assert said(app, "wrong").startswith("! plan: the layers of microsoft/resnet-50 are not known")
        assert "rank" not in text_of(app)


async def test_without_the_predictors_it_says_what_to_install(browsed, tmp_path, monkeypatch) -> None:
    (tmp_path / "lightgbm.py").write_text("raise ModuleNotFoundError(name='lightgbm')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    async with browsing(browsed, PREDICTED) as (app, _):
        assert said(app, "message") == "error: lightgbm is not installed. pip install 'benchmart[predict]'"


async def test_a_newer_state_is_asked_after_an_answer_of_the_one_before(browsed, tmp_path) -> None:
    home = Home(tmp_path)
    shutil.copy(browsed.warehouse, home.warehouse)
    async with browsing(home, ASKED) as (app, pilot):
        before = app.screen.warehouse
        newer = tmp_path / "newer.duckdb"
        shutil.copy(browsed.warehouse, newer)
        with duckdb.connect(newer) as connection:
            connection.execute(
                "update dim_hardware set hardware_name = 'Renamed' where hardware_id = 'rtx-4090'"
            )
        newer.replace(home.warehouse)
        await pilot.press("n")
        await settled(app, pilot)
        assert app.screen.warehouse is not before
        assert column(app, "device")[0] == "Renamed"


def shown_as_json(home, place) -> dict:
    return json.loads(CliRunner().invoke(cli, ["show", place, "--json", "--home", str(home.root)]).stdout)


def test_it_is_shown_without_a_screen(browsed) -> None:
    told = shown_as_json(browsed, ASKED)
    assert [row["hardware_id"] for row in told["options"]["rows"]] == ["rtx-4090"]
    assert told["options"]["rows"][0]["basis"] == "measured"
    assert told["rejected"]["row_count"] == 2
    assert shown_as_json(browsed, PLAN)["strategies"]["row_count"] == 5


def test_without_a_screen_a_line_that_means_nothing_is_named_as_the_link_has_it(browsed) -> None:
    arguments = ["show", "select/net_100?use=many", "--home", str(browsed.root)]
    refused = CliRunner().invoke(cli, arguments, standalone_mode=False).exception
    assert str(refused).startswith("use: 'many' is no number")


@pytest.mark.parametrize(
    "asked",
    [
        AskedHardware({"model": "timm/resnet50", "batch": "8", "weigh": "cost=1 latency=2"}),
        AskedHardware({"model": "a?b&c=[d] %20/ü"}, "memory", (DEVICE, "Ünï [x],1GB,1GB,1")),
        AskedHardware(),
    ],
)
def test_a_question_comes_back_from_its_link(asked) -> None:
    assert from_path(asked.path) == asked


@pytest.mark.parametrize(
    ("device", "field"),
    [
        (",1GB,1GB,1", "name"),
        ("a,1,1GB,1", "memory"),
        ("a,1GB,0GB,1", "bandwidth"),
        ("a,1GB,1GB,nan", "tflops"),
        ("a,1GB,1GB,1,-1", "price"),
    ],
)
def test_a_device_that_cannot_be_is_refused(device, field) -> None:
    with pytest.raises(FieldError) as refused:
        simulated_device(device)
    assert refused.value.field == field


def test_limits_are_in_the_units_of_the_form() -> None:
    asked = AskedHardware(
        {"model": "m", "price": "2", "latency": "50", "use": "80", "weigh": "cost"}
    ).request()
    assert (asked.budget.price_per_hour, asked.budget.latency_seconds, asked.budget.memory_share) == (
        2,
        0.05,
        0.8,
    )
    assert asked.weights == {"cost": 1.0}
    with pytest.raises(UsageError, match="more than 100 %"):
        replace(AskedHardware(), given={"use": "101"}).request()


def test_points_that_none_beats_have_letters() -> None:
    points = [Point("cheap", 1.0, 0.5), Point("beaten", 4.0, 0.4), Point("fast", 10.0, 1.0)]
    lines = drawn(Shown(points, "$/h", "speed"), 40, 12).plain.splitlines()
    assert lines[0] == "speed, upwards"
    assert lines[1].rstrip() == f"100% │{'B':>32}"
    assert [line.index("A") for line in lines if line.startswith(" 50% ")] == [7]
    assert lines[-3:] == [
        "beaten by none, of 3 (· 1 others)",
        "B     10 $/h 100%  fast",
        "A      1 $/h  50%  cheap",
    ]


def test_a_bar_is_as_long_as_its_share_of_the_whole() -> None:
    lines = bars({"weights": 5.0, "context": 0.0}, 10.0, "GB", 44).plain.splitlines()
    assert lines == [
        f"{'weights':<13}    5.00 {'█' * 10}",
        f"{'context':<13}    0.00 ▏",
        f"{'together':<13}    5.00 of 10.00 GB, 50%",
    ]
