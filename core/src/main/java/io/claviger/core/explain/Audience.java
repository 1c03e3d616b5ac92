package io.claviger.core.explain;

/** To whom an answer is explained, and so how much he is told. */
public enum Audience {
  /**
   * Whoever presents the credential itself: of places as much as the credential sees, and nothing
   * beyond the credential when that is no good.
   */
  BEARER,
  /** The user for whom it acts: everything but what is hidden from himself. */
  OWNER,
  /**
   * Who may read the credentials of its application: everything but what is hidden from himself.
   */
  APPLICATION_READER,
  /**
   * An administrator of the organization that owns what is asked about: what matters for that
   * organization, and not what else the credential is for.
   */
  ORGANIZATION_ADMINISTRATOR
}
