"""Numbers of a DeepSpeed configuration that its batch follows from."""

import math

import pytest

from benchmart.errors import UsageError
from predictors.training_plan.files.deepspeed_check import check_deepspeed

_BATCH = {"train_batch_size": 8, "train_micro_batch_size_per_gpu": 2, "gradient_accumulation_steps": 2}


@pytest.mark.parametrize("name", _BATCH)
@pytest.mark.parametrize("value", [math.inf, math.nan, 2.0])
def test_a_batch_that_is_no_whole_number_is_refused_by_its_name(name, value) -> None:
    with pytest.raises(UsageError, match=f"{name} is {value!r}"):
        check_deepspeed(_BATCH | {name: value}, 2)


def test_elements_of_a_bucket_may_be_written_with_an_exponent() -> None:
    check_deepspeed(_BATCH | {"zero_optimization": {"stage": 2, "reduce_bucket_size": 5e8}}, 2)


def test_a_clipping_without_end_is_refused() -> None:
    with pytest.raises(UsageError, match="gradient_clipping is inf"):
        check_deepspeed(_BATCH | {"gradient_clipping": math.inf}, 2)
