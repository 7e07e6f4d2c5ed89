"""The contract suite is no test module by its name; its assertions shall speak all the same."""

import pytest

pytest.register_assert_rewrite("tests.falselight.index.contract_suite")
