package io.claviger.core.role;

/**
 * How an owner is at the moment, whoever asks. A sandbox is always {@link #OPEN}.
 *
 * @param mfaMode from which members a second factor is asked for (ORG-13)
 * @param readOnly whether everything that changes something is refused (ORG-17)
 * @param disabled whether everything is refused (ORG-17)
 */
public record OwnerState(MfaMode mfaMode, boolean readOnly, boolean disabled) {
  /** Nothing is asked for and nothing is refused. */
  public static final OwnerState OPEN = new OwnerState(MfaMode.NOT_REQUIRED, false, false);

  /** What is taken for the state of an owner that is not there. */
  public static final OwnerState CLOSED = new OwnerState(MfaMode.REQUIRED, true, true);
}
