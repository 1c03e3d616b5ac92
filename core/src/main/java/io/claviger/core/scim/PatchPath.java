package io.claviger.core.scim;

import java.util.Optional;

/**
 * What a PATCH operation is about, as in {@code emails[type eq "work"].value}.
 *
 * @param attribute whole, or with its sub-attribute where there are no brackets
 * @param filter which of the values of the attribute
 * @param sub the sub-attribute of these values; empty for the values as a whole
 */
public record PatchPath(AttributePath attribute, Optional<Filter> filter, Optional<String> sub) {}
