"""A link without an instrument."""

from lightapt_drivers.instruments.errors import LinkTimeoutError


class Saying:
    """A link that answers from a table, the last answer of a command again and again, and else says nothing."""

    def __init__(self, **answers):
        self.answers = {command: list(said) for command, said in answers.items()}
        self.asked = []

    async def ask(self, query):
        name = query.command.strip(b":#").decode()
        self.asked.append(name)
        if query.framing.end(b"") == 0:
            return query.read(b"")
        said = self.answers.get(name)
        if not said:
            raise LinkTimeoutError(port="there", command=query.command, received=b"", seconds=query.timeout)
        return query.read(said.pop(0) if len(said) > 1 else said[0])
