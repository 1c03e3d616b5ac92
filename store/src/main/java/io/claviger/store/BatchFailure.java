package io.claviger.store;

import java.sql.SQLException;
import org.jdbi.v3.core.JdbiException;

/**
 * What a statement of the driver threw, in the form in which the database layer expects it. Batches
 * of values go to the driver directly: binding each by name would take longer than writing it.
 */
public final class BatchFailure extends JdbiException {
  private static final long serialVersionUID = 1L;

  /** Wraps it. */
  public BatchFailure(SQLException cause) {
    super(cause);
  }
}
