"""An S3 server that checks signatures. Prints its address and a key as one line, and ends with its standard input."""

import json
import sys

from moto import settings
from moto.iam.models import iam_backends
from moto.server import ThreadedMotoServer

ALL_OF_S3 = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}


def make_key():
    """A key that may do everything with S3. Every request needs one from here on."""
    iam = iam_backends["123456789012"]["aws"]
    iam.create_user("us-east-1", "archive")
    iam.put_user_policy("archive", "all-of-s3", json.dumps(ALL_OF_S3))
    key = iam.create_access_key("archive")
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    return key


def main():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    key = make_key()
    host, port = server.get_host_and_port()
    facts = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
    }
    print(json.dumps(facts), flush=True)
    sys.stdin.read()
    server.stop()


main()
