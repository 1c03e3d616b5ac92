package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** People of a server with their mail: signing up, and what stands in the links they get. */
record Mailbox(TestServer server) {
  static final String PASSWORD = "correct Horse 7 battery";
  static final String NEW_PASSWORD = "even Better 8 staples";

  private static final Pattern LINK =
      Pattern.compile("/account/([a-z-]+)#token=([0-9a-f]{40})&email=(\\S+)");

  /** What stands in a link. */
  record Link(String page, String token, String email) {}

  /** Makes an account; its session. */
  String signUp(String email) {
    Answer answer =
        server.send(
            "POST",
            "/users",
            "",
            "{\"email\":\"%s\",\"password\":\"%s\",\"firstName\":\"Ada\",\"lastName\":\"\",\"tokenTTL\":0}"
                .formatted(email, PASSWORD));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
    return answer.body().get("token").stringValue();
  }

  Answer logIn(String email, String password) {
    return server.send(
        "POST",
        "/auth/user",
        "",
        "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password));
  }

  /** The messages to an address, after everything that is due was sent. */
  List<String> messages(String address) {
    return server.mailTo(address);
  }

  /** What stands in the links that were sent to an address, oldest first. */
  List<Link> links(String address) {
    return messages(address).stream()
        .map(LINK::matcher)
        .filter(Matcher::find)
        .map(Mailbox::link)
        .toList();
  }

  private static Link link(Matcher found) {
    return new Link(
        found.group(1), found.group(2), URLDecoder.decode(found.group(3), StandardCharsets.UTF_8));
  }

  Answer verify(String token, String email) {
    return server.send(
        "POST",
        "/users/verifyEmail",
        "",
        "{\"token\":\"%s\",\"email\":\"%s\"}".formatted(token, email));
  }

  Answer verify(Link link) {
    return verify(link.token(), link.email());
  }

  Answer askReset(String email) {
    return server.send("POST", "/users/passwordReset", "", "{\"email\":\"%s\"}".formatted(email));
  }

  Answer reset(String token, String email, String password) {
    return server.send(
        "POST",
        "/users/passwordReset/finish",
        "",
        "{\"token\":\"%s\",\"email\":\"%s\",\"password\":\"%s\"}"
            .formatted(token, email, password));
  }

  Answer reset(Link link) {
    return reset(link.token(), link.email(), NEW_PASSWORD);
  }

  /** A link for a new password, fresh from the mailbox. */
  Link resetLink(String email) {
    assertThat(askReset(email).status()).isEqualTo(200);
    return links(email).getLast();
  }
}
