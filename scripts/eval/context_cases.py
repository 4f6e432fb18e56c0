"""Ten fixed requests that a model can only meet by what another file of the project says.

Each project has a function or class whose parameters, their order or their keywords cannot be
guessed from its name. The open file imports it and holds a comment that asks for code; `check` runs
the generated code and asserts results that follow from the other file's own rules and numbers.

The cases were written before any model saw them and are not to be tuned to one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A project, a request in its file `open`, and what the answer must do.

    The mark ``$0`` is at the end of the request. `solution` is one right answer, which shows that
    `check` can be met; a model never sees it.
    """

    name: str
    files: dict[str, str]
    open: str
    check: str
    solution: str

    def source(self, generated: str = "") -> str:
        """The open file without its mark, with `generated` below the request."""
        return self.files[self.open].replace("$0", "\n" + generated if generated else "")

    def program(self, generated: str) -> str:
        """What to run in the project's folder: it fails unless `generated` is right."""
        return f"{self.source(generated)}\n\n{self.check}"


CASES = (
    Case(
        name="billing",
        files={
            "billing.py": '''"""What customers owe."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

VAT = {"north": Decimal("0.19"), "south": Decimal("0.07")}


@dataclass(frozen=True)
class Line:
    article: str
    quantity: int
    unit_price: Decimal


def invoice_total(lines: list[Line], *, region: str, loyalty_years: int = 0) -> Decimal:
    """The sum of all lines with the region's tax, less 1 % for each loyal year, up to 5 %."""
    net = sum((line.quantity * line.unit_price for line in lines), Decimal(0))
    discounted = net * (1 - Decimal(min(loyalty_years, 5)) / 100)
    gross = discounted * (1 + VAT[region])
    return gross.quantize(Decimal("0.01"), ROUND_HALF_UP)
''',
            "orders.py": """from dataclasses import dataclass
from decimal import Decimal

import billing


@dataclass
class Order:
    lines: list[billing.Line]
    region: str
    customer_since: int


# function amount_owed(order, year): the invoice total of the order in its region,
# with the loyalty of a customer who has been one since order.customer_since$0
""",
        },
        open="orders.py",
        check="""pens = billing.Line("pen", 3, Decimal("1.20"))
lines = [pens, billing.Line("ink", 1, Decimal("8.05"))]
assert amount_owed(Order(lines, "north", 2021), 2024) == Decimal("13.45")
assert amount_owed(Order(lines, "south", 2000), 2024) == Decimal("11.84")
""",
        solution="""def amount_owed(order, year):
    return billing.invoice_total(
        order.lines, region=order.region, loyalty_years=year - order.customer_since
    )
""",
    ),
    Case(
        name="inventory",
        files={
            "inventory.py": '''"""Stock of a warehouse."""

from typing import NamedTuple


class Reservation(NamedTuple):
    held: int
    backordered: int


def reserve(stock: dict[str, int], units: int, article: str, *, keep: int = 0) -> Reservation:
    """Take units of an article out of stock, but always leave `keep` of them there."""
    available = max(stock.get(article, 0) - keep, 0)
    held = min(units, available)
    stock[article] = stock.get(article, 0) - held
    return Reservation(held, units - held)
''',
            "basket.py": """from inventory import reserve

SAFETY_STOCK = 2

# function fill_basket(stock, basket): reserve every article of basket, a dict of article to
# number of units, keeping the safety stock, and return the total number of units backordered$0
""",
        },
        open="basket.py",
        check="""stock = {"bolt": 10, "nut": 3}
assert fill_basket(stock, {"bolt": 5, "nut": 4, "washer": 1}) == 4
assert stock["bolt"] == 5 and stock["nut"] == 2
""",
        solution="""def fill_basket(stock, basket):
    backordered = 0
    for article, units in basket.items():
        backordered += reserve(stock, units, article, keep=SAFETY_STOCK).backordered
    return backordered
""",
    ),
    Case(
        name="text",
        files={
            "wording.py": '''"""Text for people and for addresses."""

import re
import unicodedata


def slug(joiner: str, *parts: str, longest: int) -> str:
    """The words of all parts in lower-case ASCII, joined, cut after the last word that fits."""
    plain = unicodedata.normalize("NFKD", " ".join(parts)).encode("ascii", "ignore").decode()
    result = ""
    for word in re.findall(r"[a-z0-9]+", plain.lower()):
        longer = f"{result}{joiner}{word}" if result else word
        if len(longer) > longest:
            break
        result = longer
    return result
''',
            "articles.py": """import wording

# function address(author, title): "/blog/" and then the slug of author and title, joined with
# hyphens and at most 20 characters long$0
""",
        },
        open="articles.py",
        check="""assert address("Zoë Ruiz", "Crème brûlée at home") == "/blog/zoe-ruiz-creme"
assert address("Al", "A b") == "/blog/al-a-b"
""",
        solution="""def address(author, title):
    return "/blog/" + wording.slug("-", author, title, longest=20)
""",
    ),
    Case(
        name="geometry",
        files={
            "geometry.py": '''"""Shapes in the plane."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    x: float
    y: float


class Segment:
    """A straight line between two points."""

    def __init__(self, start: Point, end: Point) -> None:
        self.start = start
        self.end = end

    @classmethod
    def towards(cls, degrees: float, *, origin: Point, length: float) -> "Segment":
        """From a point in a compass direction: 0 is north, 90 is east."""
        angle = math.radians(degrees)
        end = Point(origin.x + length * math.sin(angle), origin.y + length * math.cos(angle))
        return cls(origin, end)

    def measure(self) -> float:
        """Its length."""
        return math.dist((self.start.x, self.start.y), (self.end.x, self.end.y))
''',
            "walk.py": """from geometry import Point, Segment

# function walk(start, legs): walk from the point start along legs, a list of (compass degrees,
# length) pairs, and return the point where the walk ends$0
""",
        },
        open="walk.py",
        check="""end = walk(Point(1, 1), [(90, 2), (0, 3), (270, 1)])
assert abs(end.x - 2) < 1e-9 and abs(end.y - 4) < 1e-9, end
assert walk(Point(5, 5), []) == Point(5, 5)
""",
        solution="""def walk(start, legs):
    for degrees, length in legs:
        start = Segment.towards(degrees, origin=start, length=length).end
    return start
""",
    ),
    Case(
        name="scheduling",
        files={
            "calendar_slots.py": '''"""Free time in a day; all times are minutes since midnight."""


def first_gap(
    minutes: int, busy: list[tuple[int, int]], *, opens: int, closes: int, pause: int = 0
) -> int | None:
    """When the first gap of so many minutes begins, with a pause before and after meetings."""
    begin = opens
    for start, end in sorted(busy):
        if start - pause - begin >= minutes:
            return begin
        begin = max(begin, end + pause)
    return begin if closes - begin >= minutes else None
''',
            "rooms.py": """from calendar_slots import first_gap

OPENS = 9 * 60
CLOSES = 17 * 60

# function earliest_room(bookings, minutes): of bookings, a dict of room name to list of
# (start, end) meetings, the name of the room with the earliest gap of so many minutes between
# OPENS and CLOSES with 10 minutes pause around meetings; None if no room has one$0
""",
        },
        open="rooms.py",
        check="""bookings = {"oak": [(540, 600), (640, 900)], "elm": [(540, 595), (660, 700)]}
assert earliest_room(bookings, 30) == "elm"
assert earliest_room({"oak": [(580, 600)], "elm": [(540, 560)]}, 30) == "oak"
assert earliest_room({"oak": [(540, 1020)]}, 30) is None
""",
        solution="""def earliest_room(bookings, minutes):
    gaps = {
        room: first_gap(minutes, busy, opens=OPENS, closes=CLOSES, pause=10)
        for room, busy in bookings.items()
    }
    free = {room: gap for room, gap in gaps.items() if gap is not None}
    return min(free, key=free.get) if free else None
""",
    ),
    Case(
        name="config",
        files={
            "layered.py": '''"""Settings in layers."""

from collections.abc import Callable, Mapping
from typing import Any


class Missing(KeyError):
    """A setting that no layer has."""


def lookup(
    path: tuple[str, ...], layers: list[Mapping[str, Any]], *, convert: Callable[[Any], Any] = str
) -> Any:
    """The setting at a path of keys; the last layer that has it wins. Raises Missing."""
    for layer in reversed(layers):
        value: Any = layer
        for key in path:
            if not isinstance(value, Mapping) or key not in value:
                break
            value = value[key]
        else:
            return convert(value)
    raise Missing(".".join(path))
''',
            "app.py": """import layered

DEFAULTS = {"server": {"port": "8000", "host": "localhost"}}

# function server_port(user_settings): the port of the server as an int, looked up in DEFAULTS
# and over it user_settings; 0 if the setting is missing$0
""",
        },
        open="app.py",
        check="""assert server_port({}) == 8000
assert server_port({"server": {"port": "9001"}}) == 9001
DEFAULTS.clear()
assert server_port({"server": {}}) == 0
""",
        solution="""def server_port(user_settings):
    try:
        return layered.lookup(("server", "port"), [DEFAULTS, user_settings], convert=int)
    except layered.Missing:
        return 0
""",
    ),
    Case(
        name="matrix",
        files={
            "matrix.py": '''"""Small matrices."""

from collections.abc import Callable, Iterable


class Matrix:
    """Numbers in rows and columns."""

    def __init__(self, columns: int, cells: Iterable[float]) -> None:
        self.columns = columns
        self.cells = list(cells)

    @classmethod
    def build(cls, cell: Callable[[int, int], float], *, rows: int, columns: int) -> "Matrix":
        """A matrix whose entries are cell(row, column), both counted from 0."""
        return cls(columns, [cell(r, c) for r in range(rows) for c in range(columns)])

    def entry(self, column: int, row: int) -> float:
        """The number in a column and row."""
        return self.cells[row * self.columns + column]

    def after(self, other: "Matrix") -> "Matrix":
        """The product other * self: first self is applied, then other."""
        rows = len(other.cells) // other.columns
        return Matrix.build(
            lambda r, c: sum(other.entry(k, r) * self.entry(c, k) for k in range(other.columns)),
            rows=rows,
            columns=self.columns,
        )
''',
            "tables.py": """from matrix import Matrix

# function times_table(size): the size by size Matrix in which the entry in row r and column c is
# (r + 1) * (c + 1)$0
""",
        },
        open="tables.py",
        check="""table = times_table(4)
assert isinstance(table, Matrix)
assert table.columns == 4 and len(table.cells) == 16
assert [table.entry(3, row) for row in range(4)] == [4, 8, 12, 16]
""",
        solution="""def times_table(size):
    return Matrix.build(lambda r, c: (r + 1) * (c + 1), rows=size, columns=size)
""",
    ),
    Case(
        name="weblog",
        files={
            "weblog.py": '''"""Lines of a web server's log."""

import re
from dataclasses import dataclass

_LINE = re.compile(r'(\\S+) \\[(\\d+)\\] "(\\w+) (\\S+)" (\\d{3}) (\\d+|-)')


@dataclass(frozen=True)
class Hit:
    peer: str
    epoch: int
    verb: str
    target: str
    outcome: int
    sent_bytes: int


def hits(lines: list[str], *, min_outcome: int = 0, on_bad: str = "raise") -> list[Hit]:
    """The hits with at least that status. `on_bad` is "raise" or "skip" for broken lines."""
    found = []
    for line in lines:
        match = _LINE.fullmatch(line.strip())
        if match is None:
            if on_bad == "skip":
                continue
            raise ValueError(line)
        peer, epoch, verb, target, outcome, sent = match.groups()
        if int(outcome) >= min_outcome:
            size = 0 if sent == "-" else int(sent)
            found.append(Hit(peer, int(epoch), verb, target, int(outcome), size))
    return found
''',
            "report.py": """from collections import Counter

from weblog import hits

# function failing_pages(lines): a Counter of how often each target failed with status 500 or
# more, ignoring broken lines$0
""",
        },
        open="report.py",
        check="""lines = [
    '10.0.0.1 [1700000000] "GET /a" 200 512',
    '10.0.0.2 [1700000001] "GET /b" 503 -',
    'not a line',
    '10.0.0.1 [1700000002] "POST /b" 500 17',
    '10.0.0.3 [1700000003] "GET /c" 404 9',
    '10.0.0.3 [1700000004] "GET /a" 502 9',
]
assert failing_pages(lines) == Counter({"/b": 2, "/a": 1})
""",
        solution="""def failing_pages(lines):
    return Counter(hit.target for hit in hits(lines, min_outcome=500, on_bad="skip"))
""",
    ),
    Case(
        name="bank",
        files={
            "bank.py": '''"""Accounts; all amounts are whole cents."""


class Refused(Exception):
    """An account that has too little."""


class Account:
    def __init__(self, owner: str, opening_cents: int = 0, *, overdraft_cents: int = 0) -> None:
        self.owner = owner
        self.balance_cents = opening_cents
        self.overdraft_cents = overdraft_cents
        self.entries: list[str] = []


def move(cents: int, *, debit: Account, credit: Account, memo: str) -> None:
    """Move money from the debited to the credited account. Raises Refused."""
    if debit.balance_cents + debit.overdraft_cents < cents:
        raise Refused(debit.owner)
    debit.balance_cents -= cents
    credit.balance_cents += cents
    debit.entries.append(f"-{cents} {memo}")
    credit.entries.append(f"+{cents} {memo}")
''',
            "rent.py": """import bank

# function collect_rent(landlord, tenants): move each tenant's rent to the landlord's account with
# the memo "rent"; tenants is a list of (account, cents) pairs. Return the owners of the accounts
# that were refused$0
""",
        },
        open="rent.py",
        check="""landlord = bank.Account("Lee")
ann = bank.Account("Ann", 90_000)
bob = bank.Account("Bob", 100)
cy = bank.Account("Cy", 0, overdraft_cents=80_000)
assert collect_rent(landlord, [(ann, 85_000), (bob, 70_000), (cy, 75_000)]) == ["Bob"]
assert landlord.balance_cents == 160_000
assert ann.balance_cents == 5_000 and ann.entries == ["-85000 rent"]
assert cy.balance_cents == -75_000
""",
        solution="""def collect_rent(landlord, tenants):
    refused = []
    for account, cents in tenants:
        try:
            bank.move(cents, debit=account, credit=landlord, memo="rent")
        except bank.Refused:
            refused.append(account.owner)
    return refused
""",
    ),
    Case(
        name="dates",
        files={
            "timing/__init__.py": "",
            "timing/workdays.py": '''"""Days on which people work."""

from collections.abc import Collection
from datetime import date, timedelta


def shift(count: int, start: date, *, closed: Collection[date] = (), weekend: str = "56") -> date:
    """The day `count` working days after start. `weekend` has the digits of the free weekdays,
    Monday being 0; `closed` are holidays."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        if str(day.weekday()) not in weekend and day not in closed:
            count -= 1
    return day
''',
            "deadlines.py": """from datetime import date

from timing import workdays

HOLIDAYS = {date(2024, 5, 1), date(2024, 5, 9)}

# function due_dates(received, steps): steps is a list of numbers of working days, each step
# starting when the one before is due, the first one on the date received. Return the list of
# dates on which the steps are due, with HOLIDAYS closed$0
""",
        },
        open="deadlines.py",
        check="""assert due_dates(date(2024, 4, 29), [2, 5, 1]) == [
    date(2024, 5, 2), date(2024, 5, 10), date(2024, 5, 13)
]
assert due_dates(date(2024, 4, 29), []) == []
""",
        solution="""def due_dates(received, steps):
    due = []
    for count in steps:
        received = workdays.shift(count, received, closed=HOLIDAYS)
        due.append(received)
    return due
""",
    ),
)
