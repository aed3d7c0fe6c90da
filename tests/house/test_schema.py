"""The page of all marts says what the dbt project says."""

from schema_page import PAGE, page


def test_the_page_of_the_schema_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run: python tests/house/schema_page.py"
