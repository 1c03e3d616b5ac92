package io.claviger.core.query;

/** How large a query may be (QRY-13): a list is no place to run programs. */
public final class QueryLimits {
  /** Queries within queries, the outermost counted. */
  public static final int DEPTH_MAX = 10;

  /** Values of the whole document: objects, arrays and what stands in them. */
  public static final int NODES_MAX = 1000;

  /** Elements of one array (QRY-1, QRY-4). */
  public static final int ARRAY_MAX = 100;

  /** UTF-16 units of one text: the longest description (KEY-3), which is the longest field. */
  public static final int TEXT_LENGTH_MAX = 32_767;

  /** UTF-16 units of the key or the value of a tag (DEV-1). */
  public static final int TAG_LENGTH_MAX = 255;

  private QueryLimits() {}
}
