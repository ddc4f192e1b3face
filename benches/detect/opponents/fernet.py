"""Encrypts each file with the cryptography package: AES in a Fernet token, or AES-GCM.

    fernet.py TREE token|gcm
"""

import os
import secrets
import sys

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from encrypt import files_of, read


def main():
    try:
        files = files_of(os.path.realpath(sys.argv[1]))
    except (OSError, ValueError, IndexError) as error:
        sys.exit(f"no tree of the bench, nothing was touched: {error}")
    if sys.argv[2:] == ["gcm"]:
        key, nonce = AESGCM(AESGCM.generate_key(256)), secrets.token_bytes(12)
        work = lambda data: nonce + key.encrypt(nonce, data, None)
    else:
        work = Fernet(Fernet.generate_key()).encrypt
    for path in files:
        data = work(read(path))
        with open(path, "wb") as file:
            file.write(data)


main()
