"""A mail server that keeps what it is handed, and tells of each mail in one line of JSON.

    smtp_sink.py                   takes mail from anybody, in the clear
    smtp_sink.py --tls DIRECTORY   takes it only over STARTTLS, with the name `alerts` and the password `passw0rd`

With `--tls` it listens with the certificate that `otlp_receiver.py --make-ca` has put into that directory. It listens
on 127.0.0.1, on a free port, and says `listening on PORT` once it is ready.
"""

import argparse
import asyncio
import email
import email.policy
import json
import pathlib
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

HOST = "127.0.0.1"
NAME, PASSWORD = b"alerts", b"passw0rd"


class Sink:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): value for name, value in mail.items()},
            "body": mail.get_content(),
            "is_encrypted": session.ssl is not None,
            "is_authenticated": session.authenticated,
        })
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    is_known = (data.login, data.password) == (NAME, PASSWORD)
    return AuthResult(success=is_known, handled=False)


def say(what):
    print(json.dumps(what), flush=True)


def server(directory):
    if directory is None:
        return lambda: SMTP(Sink())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.pem", directory / "server-key.pem")
    protected = {"tls_context": context, "require_starttls": True, "auth_required": True}
    return lambda: SMTP(Sink(), authenticator=authenticate, **protected)


async def serve(directory):
    listening = await asyncio.get_running_loop().create_server(server(directory), HOST, 0)
    print(f"listening on {listening.sockets[0].getsockname()[1]}", flush=True)
    await listening.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tls", type=pathlib.Path, metavar="DIRECTORY")
    asyncio.run(serve(parser.parse_args().tls))


if __name__ == "__main__":
    main()
