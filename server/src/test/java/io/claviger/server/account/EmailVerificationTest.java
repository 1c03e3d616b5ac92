package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.account.Mailbox.Link;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Addresses that are shown to be one's own (USR-12, USR-14), where that is demanded. */
class EmailVerificationTest {
  private static final long DAY_MILLIS = 86_400_000;
  private static final String REFUSED =
      "{\"type\":\"Validation\",\"message\":\"token is not of a link that works: ask for another\"}";

  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "100000", "CLAVIGER_VERIFY_EMAIL", "true"));
  private static final Mailbox MAIL = new Mailbox(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static JsonNode me(String session) {
    return SERVER.send("GET", "/me", session).body();
  }

  private static Answer patchEmail(String session, String email) {
    return SERVER.send(
        "PATCH",
        "/me",
        session,
        "{\"email\":\"%s\",\"currentCredentials\":{\"password\":\"%s\"}}"
            .formatted(email, Mailbox.PASSWORD));
  }

  private static void requireRefused(Answer answer) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().toString()).isEqualTo(REFUSED);
  }

  @Test
  void almostEverythingWaitsForTheAddress() {
    String session = MAIL.signUp("new@example.com");
    assertThat(
            MAIL.logIn("new@example.com", Mailbox.PASSWORD)
                .body()
                .get("needsToVerifyEmail")
                .booleanValue())
        .isTrue();
    assertThat(me(session).get("needsToVerifyEmail").booleanValue()).isTrue();
    assertThat(me(session).get("emailVerified").booleanValue()).isFalse();
    for (String path :
        List.of("/applications", "/me/tokens", "/me/invites", "/orgs", "/me/refreshToken")) {
      Answer refused = SERVER.send("GET", path, session);
      assertThat(refused.status()).as(path).isEqualTo(403);
      assertThat(refused.body().get("message").stringValue())
          .isEqualTo("The email address must be verified first");
    }
    assertThat(SERVER.send("PATCH", "/me", session, "{\"title\":\"Dr.\"}").status()).isEqualTo(200);

    List<Link> links = MAIL.links("new@example.com");
    assertThat(links).hasSize(1);
    assertThat(links.getFirst().page()).isEqualTo("verify-email");
    assertThat(MAIL.verify(links.getFirst()).status()).isEqualTo(200);
    assertThat(me(session).get("needsToVerifyEmail").booleanValue()).isFalse();
    assertThat(me(session).get("emailVerified").booleanValue()).isTrue();
    assertThat(SERVER.send("GET", "/applications", session).status()).isEqualTo(200);
    requireRefused(MAIL.verify(links.getFirst()));
    assertThat(SERVER.send("POST", "/me/verify-email", session).status()).isEqualTo(400);
  }

  @Test
  void aLinkIsForOneAddressAndADay() {
    String session = MAIL.signUp("day@example.com");
    MAIL.signUp("thief@example.com");
    Link link = MAIL.links("day@example.com").getFirst();
    requireRefused(MAIL.verify(link.token(), "thief@example.com"));
    requireRefused(MAIL.verify("0".repeat(40), "day@example.com"));
    requireRefused(MAIL.verify("x", "day@example.com"));
    SERVER.clock().advanceMillis(DAY_MILLIS);
    requireRefused(MAIL.verify(link));
    assertThat(SERVER.send("POST", "/me/verify-email", session).status()).isEqualTo(200);
    Link fresh = MAIL.links("day@example.com").getLast();
    assertThat(fresh.token()).isNotEqualTo(link.token());
    assertThat(MAIL.verify(fresh.token(), "DAY@example.com").status()).isEqualTo(200);
  }

  @Test
  void aLinkForANewPasswordVerifiesNothingAndTheOtherWayRound() {
    MAIL.signUp("mixed@example.com");
    Link verify = MAIL.links("mixed@example.com").getFirst();
    requireRefused(MAIL.reset(verify));
    requireRefused(MAIL.verify(MAIL.resetLink("mixed@example.com")));
  }

  /** Nobody's mailbox is filled by somebody who has an account with its address. */
  @Test
  void anAddressIsSentFiveLinksAnHour() {
    String session = MAIL.signUp("flood@example.com");
    for (int i = 1; i < MailRequests.REQUESTS_MAX; i++) {
      assertThat(SERVER.send("POST", "/me/verify-email", session).status()).isEqualTo(200);
      assertThat(MAIL.links("flood@example.com")).hasSize(i + 1);
    }
    Answer over = SERVER.send("POST", "/me/verify-email", session);
    assertThat(over.status()).isEqualTo(429);
    assertThat(over.response().headers().firstValue("Retry-After")).isPresent();
    assertThat(MAIL.links("flood@example.com")).hasSize(MailRequests.REQUESTS_MAX);
    SERVER.clock().advanceMillis(MailRequests.WINDOW.toMillis());
    assertThat(SERVER.send("POST", "/me/verify-email", session).status()).isEqualTo(200);
  }

  /** Five links for new passwords, or for somebody else's account, keep nobody out. */
  @Test
  void nobodyIsKeptFromSigningUp() {
    String other = MAIL.signUp("busy@example.com");
    for (int i = 0; i < MailRequests.REQUESTS_MAX; i++) {
      MAIL.askReset("wanted@example.com");
      assertThat(patchEmail(other, "wanted@example.com").status()).isEqualTo(200);
      patchEmail(other, "busy@example.com");
    }
    assertThat(patchEmail(other, "wanted@example.com").status()).isEqualTo(429);
    String session = MAIL.signUp("wanted@example.com");
    assertThat(me(session).get("needsToVerifyEmail").booleanValue()).isTrue();
    SERVER.clock().advanceMillis(MailRequests.WINDOW.toMillis());
    assertThat(SERVER.send("POST", "/me/verify-email", session).status()).isEqualTo(200);
    assertThat(MAIL.verify(MAIL.links("wanted@example.com").getLast()).status()).isEqualTo(200);
  }

  @Test
  void aNewAddressTakesEffectWhenItIsVerified() {
    String session = MAIL.signUp("old@example.com");
    assertThat(MAIL.verify(MAIL.links("old@example.com").getFirst()).status()).isEqualTo(200);
    Answer asked = patchEmail(session, "fresh@example.com");
    assertThat(asked.status()).as("%s", asked.body()).isEqualTo(200);
    assertThat(asked.body().get("email").stringValue()).isEqualTo("old@example.com");
    assertThat(asked.body().get("requestedEmail").stringValue()).isEqualTo("fresh@example.com");
    assertThat(asked.body().get("emailVerified").booleanValue()).isTrue();
    assertThat(MAIL.logIn("fresh@example.com", Mailbox.PASSWORD).status()).isEqualTo(401);

    assertThat(MAIL.verify(MAIL.links("fresh@example.com").getFirst()).status()).isEqualTo(200);
    assertThat(me(session).get("email").stringValue()).isEqualTo("fresh@example.com");
    assertThat(me(session).has("requestedEmail")).isFalse();
    assertThat(MAIL.logIn("fresh@example.com", Mailbox.PASSWORD).status()).isEqualTo(200);
    assertThat(MAIL.logIn("old@example.com", Mailbox.PASSWORD).status()).isEqualTo(401);
    assertThat(MAIL.messages("old@example.com").getLast())
        .contains("Subject: Your e-mail address was changed")
        .doesNotContain("fresh@example.com");
  }

  @Test
  void onlyTheAddressAskedForLastCanBeVerified() {
    String session = MAIL.signUp("turn@example.com");
    Link own = MAIL.links("turn@example.com").getFirst();
    assertThat(patchEmail(session, "one@example.com").status()).isEqualTo(200);
    Link one = MAIL.links("one@example.com").getFirst();
    assertThat(patchEmail(session, "two@example.com").status()).isEqualTo(200);
    requireRefused(MAIL.verify(one));
    requireRefused(MAIL.verify(own));
    Link two = MAIL.links("two@example.com").getFirst();
    // Asking for the present one takes back that another was asked for.
    Answer back = SERVER.send("PATCH", "/me", session, "{\"email\":\"turn@example.com\"}");
    assertThat(back.body().has("requestedEmail")).isFalse();
    requireRefused(MAIL.verify(two));
  }

  /**
   * Who asks first does not keep an address from its owner; who shows that it is theirs gets it.
   */
  @Test
  void ofTwoWhoAskForAnAddressTheOneWhoVerifiesGetsIt() {
    String first = MAIL.signUp("first@example.com");
    String second = MAIL.signUp("second@example.com");
    patchEmail(first, "shared@example.com");
    patchEmail(second, "shared@example.com");
    List<Link> links = MAIL.links("shared@example.com");
    assertThat(links).hasSize(2);
    assertThat(MAIL.verify(links.get(1)).status()).isEqualTo(200);
    Answer late = MAIL.verify(links.get(0));
    assertThat(late.status()).isEqualTo(400);
    assertThat(late.body().get("message").stringValue()).isEqualTo("email has an account already");
  }

  @Test
  void whatIsNoAddressGetsNoMail() {
    String session = MAIL.signUp("header@example.com");
    for (String hostile :
        List.of(
            "a@example.com\\r\\nBcc: b@example.com",
            "a@example.com\\nBcc: b@example.com",
            "a b@example.com",
            "\\\"a\\\"@example.com",
            "a@ex\\u00e4mple.com",
            "gr\\u00fc\\u00dfe@example.com",
            "a@example.com,b@example.com",
            "<a@example.com>",
            "a@[192.0.2.1]",
            "a")) {
      assertThat(patchEmail(session, hostile).status()).as(hostile).isEqualTo(400);
      assertThat(MAIL.askReset(hostile).status()).as(hostile).isEqualTo(400);
    }
    String tooLong = "a@" + "b".repeat(60) + ("." + "c".repeat(60)).repeat(4) + ".example";
    assertThat(patchEmail(session, tooLong).body().get("message").stringValue())
        .isEqualTo("email must have at most 254 characters");
  }

  /** The secret of a link is in the message and nowhere else. */
  @Test
  void linksAreNotInTheDatabase() throws Exception {
    MAIL.signUp("secret@example.com");
    String token = MAIL.links("secret@example.com").getFirst().token();
    byte[] raw = HexFormat.of().parseHex(token);
    assertThat(SERVER.storedText())
        .contains("secret@example.com")
        .doesNotContain(token)
        .doesNotContain(new String(raw, StandardCharsets.ISO_8859_1));
  }

  @Test
  void thePagesOfTheLinksRunTheirOwnScriptOnly() throws Exception {
    for (String page : List.of("verify-email", "reset-password")) {
      HttpResponse<String> response = get("/account/" + page);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
          .contains("default-src 'none'")
          .doesNotContain("unsafe");
      assertThat(response.body())
          .contains("<form")
          .contains("account.js")
          .doesNotContain("onclick");
    }
    assertThat(get("/account/account.js").body()).contains("history.replaceState");
  }

  private static HttpResponse<String> get(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create(SERVER.wiring().publicUrl() + path);
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }
}
