package io.claviger.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementCustomizer;
import org.postgresql.PGStatement;

/**
 * For statements that may find one row or very many, by what is bound. PostgreSQL keeps a statement
 * that comes again and again, and one plan for it whatever is bound; that plan can take ten times
 * as long.
 */
public final class OwnPlan implements StatementCustomizer {
  private static final OwnPlan INSTANCE = new OwnPlan();

  private OwnPlan() {}

  /** Has the statement planned for its values each time; on SQLite it always is as it is. */
  public static <S extends SqlStatement<S>> S of(S statement) {
    return statement.addCustomizer(INSTANCE);
  }

  @Override
  public void beforeExecution(PreparedStatement statement, StatementContext context)
      throws SQLException {
    if (statement.isWrapperFor(PGStatement.class)) {
      statement.unwrap(PGStatement.class).setPrepareThreshold(0);
    }
  }
}
