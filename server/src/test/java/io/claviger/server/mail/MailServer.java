package io.claviger.server.mail;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** A server for mail on a free port of this machine, which takes messages or refuses them. */
public final class MailServer implements AutoCloseable {
  /** A message with what was said about it before. */
  public record Received(String from, String to, String content) {}

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicReference<Integer> refusal = new AtomicReference<>(0);
  private final AtomicBoolean taking = new AtomicBoolean();
  private final SMTPServer server;

  private MailServer(boolean password, boolean tls) {
    SMTPServer.Builder builder =
        SMTPServer.port(0)
            .enableTLS(tls)
            .requireTLS(tls)
            .messageHandler((_, from, to, data) -> {
              if (refusal.get() == 0 || taking.get()) {
                received.add(new Received(from, to, new String(data, StandardCharsets.UTF_8)));
              }
              if (refusal.get() > 0) {
                throw new RejectException(refusal.get(), "no mail for " + to);
              }
            });
    if (password) {
      builder =
          builder
              .requireAuth()
              .authenticationHandlerFactory(
                  new EasyAuthenticationHandlerFactory((user, secret, _) -> {
                    if (!user.equals("us@er") || !secret.equals("p:a+s/s")) {
                      throw new LoginFailedException();
                    }
                  }));
    }
    this.server = builder.build();
    server.start();
  }

  /** One that takes everything. */
  public static MailServer start() {
    return new MailServer(false, false);
  }

  /** One that asks for the name {@code us@er} and the password {@code p:a+s/s}. */
  public static MailServer withPassword() {
    return new MailServer(true, false);
  }

  /** Refuses every message with this code from now on; 0 to take them. */
  public void refuse(int code) {
    taking.set(false);
    refusal.set(code);
  }

  /** Takes every message and says with this code that it does not. */
  public void takeAndRefuse(int code) {
    refusal.set(code);
    taking.set(true);
  }

  public int port() {
    return server.getPortAllocated();
  }

  /** What was taken, oldest first. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() {
    server.stop();
  }
}
