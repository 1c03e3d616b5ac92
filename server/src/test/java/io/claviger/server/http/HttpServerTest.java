package io.claviger.server.http;

import org.junit.jupiter.api.Test;

final class HttpServerTest {
  @Test
  void probe() throws Exception {
    try (TestServer s = new TestServer(HttpLimits.DEFAULT)) {
      String[] cases = {
        "GET /things/a HTTP/1.1\r\nHost: x\r\n\r\n",
        "HEAD /things/a HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /nothing HTTP/1.0\r\nHost: x\r\n\r\n",
        "GET /nothing HTTP/2.0\r\nHost: x\r\n\r\n",
        "GET /things/a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /things/a;b=c HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /things/%2e%2e HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /things/../nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET //nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://x/nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /nothing HTTP/1.1\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\nAuthorization: y\r\nauthorization: z\r\n\r\n",
        "F\u0001O /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "FOO /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "/nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        " GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /nothing HTTP/1.1\nHost: x\n\n",
        "\r\n\r\n",
        "GET /n%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /n\u00ff HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /nothing?a[0][b]=c HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /nothing#x HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /" + "a".repeat(20000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(20000) + "\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\n A: b\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\nA: b\u0000c\r\n\r\n",
        "POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        "POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\n{}",
        "POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        "POST /things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n{}",
        "POST /things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n{}",
        "POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n",
        "POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n{}",
        "POST /things HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        "POST /things HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /broken HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x y\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x:99999\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AA\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      };
      for (String c : cases) {
        try (RawHttp raw = s.raw()) {
          raw.send(c);
          raw.finishSending();
          RawHttp.Answer a = raw.read(!c.startsWith("HEAD"));
          System.err.println(
              "###"
                  + c.substring(0, Math.min(130, c.length())).replace("\r\n", "\\r\\n")
                  + "\n   -> "
                  + a.status()
                  + " "
                  + a.body()
                  + (a.status() == 200 || a.status() == 204 || a.status() == 500
                      ? a.headers()
                      : ""));
        }
      }
    }
  }
}
