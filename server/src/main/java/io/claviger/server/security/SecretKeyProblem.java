package io.claviger.server.security;

/**
 * The secret key of the installation is not there, or is another one; for who starts the server.
 */
public final class SecretKeyProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SecretKeyProblem(String message) {
    super(message);
  }
}
