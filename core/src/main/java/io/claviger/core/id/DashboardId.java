package io.claviger.core.id;

/**
 * Names a dashboard.
 *
 * @param text 24 lower-case hexadecimal digits
 */
public record DashboardId(String text) implements Id {
  public DashboardId {
    Id.requireValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
