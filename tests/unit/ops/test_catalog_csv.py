"""A catalog as CSV: good rows are articles, bad ones are named by line and column."""

from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.catalog.csv_file import Sheet, read
from ops.cli.main import app
from ops.errors import UsageError
from shared.contracts.catalog import Variant
from tests.unit.given import SITE

EXAMPLE = Path(__file__).parents[3] / "config" / "catalog.csv"
COLUMNS = "sku,name,description,url,discontinued,price_US,price_JP"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "catalog.csv"


def of(file: Path, *rows: str, columns: str = COLUMNS) -> Sheet:
    file.write_text("\n".join([columns, *rows]), encoding="utf-8")
    return read(file, SITE)


def mistakes(sheet: Sheet) -> list[tuple[int, str]]:
    return [(mistake.line, mistake.reason) for mistake in sheet.mistakes]


def test_row_is_an_article(file: Path) -> None:
    row = 'DRESS,Linen dress,"Washed, with pockets",https://shop.example/dress,no,39.50,5900'
    assert of(file, row).variants == {
        "DRESS": Variant(
            sku="DRESS",
            name="Linen dress",
            description="Washed, with pockets",
            url="https://shop.example/dress",
            discontinued=False,
            prices={"US": Decimal("39.50"), "JP": Decimal("5900")},
        )
    }


def test_only_sku_and_name_are_needed_and_a_blank_cell_says_nothing(file: Path) -> None:
    least = Variant(sku="A", name="Apron")
    assert of(file, "A,Apron", columns="sku,name").variants == {"A": least}
    assert of(file, " A , Apron ,,,,,").variants == {"A": least}


@pytest.mark.parametrize(("word", "gone"), [("yes", True), ("TRUE", True), ("0", False)])
def test_discontinued_in_words(file: Path, word: str, gone: bool) -> None:
    assert of(file, f"A,Apron,,,{word},,").variants["A"].discontinued is gone


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A,Apron,,,no,39.5,", "price_US: must have 2 decimals (USD), such as 19.99"),
        ("A,Apron,,,no,,59.00", "price_JP: must have no decimals (JPY), such as 1999"),
        (
            'A,Apron,,,no,"39,50",',
            'price_US: must be an amount in quotes, such as "19.99"',
        ),
        ("A,Apron,,,no,-1.00,", "price_US: must be an amount in quotes"),
        ("A,Apron,,,no,nan,", "price_US: must be an amount in quotes"),
        ("A,Apron,,,perhaps,,", "discontinued: must be yes or no"),
        ("A,Apron,,javascript:alert(1),no,,", "url: must be a web address, such as https://"),
        ("A,,,,no,,", "name: must not be empty"),
        ("A B,Apron,,,no,,", "sku: must have 1 to 64 letters"),
        (",Apron,,,no,1,", "sku: must have 1 to 64 letters"),
        ("A,,,x,no,,", "name: must not be empty; url must be a web address"),
        ("A,Apron,,,no,", "row: 6 values for 7 columns"),
        ("A,Apron,,,no,,,", "row: 8 values for 7 columns"),
        (f"A,Apron,{'x' * 2001},,no,,", "description: is longer than 2,000 characters"),
    ],
)
def test_bad_row_names_line_and_column_and_stops_no_other(
    file: Path, row: str, reason: str
) -> None:
    sheet = of(file, "B,Bowl,,,no,1.00,100", row, "C,Cup,,,no,1.00,100")
    ((line, said),) = mistakes(sheet)
    assert (line, said[: len(reason)]) == (3, reason)
    assert list(sheet.variants) == ["B", "C"]


def test_line_is_the_one_on_which_the_row_begins(file: Path) -> None:
    sheet = of(file, 'A,Apron,"two\nlines",,no,,', "", "B,,,,no,,", 'C,"\n\n",,,no,,', "D,,,,no,,")
    assert [line for line, _ in mistakes(sheet)] == [5, 6, 9]


def test_sku_that_was_there_already_is_a_mistake_and_the_first_one_counts(file: Path) -> None:
    sheet = of(file, "A,Apron,,,no,,", "A,Another,,,no,,")
    assert mistakes(sheet) == [(3, "sku: A is on line 2 already")]
    assert sheet.variants["A"].name == "Apron"


def test_columns_of_other_programs_are_left_aside_and_named(file: Path) -> None:
    sheet = of(file, "A,Apron,7", columns="sku,name,weight")
    assert (list(sheet.variants), sheet.aside) == (["A"], ["weight"])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ("sku;name", "no column sku, name"),
        ("", "no column sku, name"),
        ("sku,description", "no column name"),
        ("sku,name,name", "name appears twice"),
        ("sku,name,price_us", "price_us: no market is called us"),
        ("sku,name,price_", "price_: no market is called"),
    ],
)
def test_file_whose_columns_are_wrong_is_refused_whole(
    file: Path, columns: str, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        of(file, "A,Apron", columns=columns)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"sku,name\nA,Apron\nB,B\xe9b\xe9\n", "line 3: not UTF-8"),
        (b'sku,name\nA,"Apron\n', "line 2: not CSV"),
        (b'sku,name\nA,"Ap"ron\n', "line 2: not CSV"),
    ],
)
def test_file_that_is_no_csv_says_where(file: Path, content: bytes, words: str) -> None:
    file.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        read(file, SITE)


def test_byte_order_mark_of_a_spreadsheet_is_no_part_of_a_name(file: Path) -> None:
    file.write_bytes("\ufeffsku,name\r\nA,Apron\r\n".encode())
    assert list(read(file, SITE).variants) == ["A"]


def test_example_has_what_the_example_orders_use_at_their_prices() -> None:
    from ops.demo import example_data

    sheet = read(EXAMPLE, SITE)
    assert (sheet.mistakes, sheet.aside) == ([], [])
    assert {*example_data.STOCK, example_data.SCARCE} <= sheet.variants.keys()
    assert len(sheet.variants) >= 5 + 24
    prices = {sku: variant.prices for sku, variant in sheet.variants.items()}
    assert prices[example_data.DRESS]["US"] == Decimal("39.50")
    assert prices[example_data.SCARCE]["JP"] == Decimal(6800)
    assert prices[example_data.BOOTS]["SE"] == Decimal("899.00")
    assert {prices[example_data.MUG][m] for m in ("UK", "DE")} == {Decimal("4.25")}


def test_dry_run_names_the_mistakes_and_needs_no_engines(file: Path) -> None:
    of(file, "A,Apron,,,no,39.5,", "B,Bowl,,,no,1.00,")
    result = CliRunner().invoke(app, ["catalog", "import", str(file), "--dry-run"])
    assert result.exit_code == 1
    assert "line 2: price_US: must have 2 decimals (USD), such as 19.99" in result.output.replace(
        "\n", " "
    )
    assert "2 rows, 1 broken" in result.output
    missing = CliRunner().invoke(app, ["catalog", "import", str(file) + "x"])
    assert missing.exit_code == 2
