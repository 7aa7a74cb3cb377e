# For a shell with Python: Debian's looks for certificate authorities where Debian alone has them, and only with another package.
''
  if [ -z "''${SSL_CERT_FILE:-}" ] && [ -r /etc/ssl/certs/ca-certificates.crt ]; then
    export SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
  fi
''
