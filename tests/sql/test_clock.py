"""Time that is up is told until the statement ends, and never to the next one."""

import time

from benchmart.sql_limits import Clock


class Deaf:
    """A connection that forgets interrupts."""

    def __init__(self) -> None:
        self.interrupts = 0

    def interrupt(self) -> None:
        self.interrupts += 1


def test_an_interrupt_that_was_forgotten_is_sent_again_until_the_statement_ends() -> None:
    connection = Deaf()
    with Clock(connection, 0.0).running():
        deadline = time.monotonic() + 5
        while connection.interrupts < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert connection.interrupts >= 3
    sent = connection.interrupts
    time.sleep(0.3)
    assert connection.interrupts == sent


def test_a_statement_in_time_is_not_interrupted() -> None:
    connection = Deaf()
    with Clock(connection, 60.0).running():
        pass
    assert connection.interrupts == 0
