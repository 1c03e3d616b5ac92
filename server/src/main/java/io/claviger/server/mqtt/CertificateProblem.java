package io.claviger.server.mqtt;

/** The files for TLS are no certificate and its key. Says nothing of what is in them. */
public final class CertificateProblem extends RuntimeException {
  private static final long serialVersionUID = 1;

  CertificateProblem(Throwable cause) {
    super(
        "CLAVIGER_MQTT_CERTIFICATE and CLAVIGER_MQTT_PRIVATE_KEY are no certificate in PEM and its"
            + " key without a password",
        cause);
  }
}
