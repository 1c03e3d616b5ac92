package io.claviger.core.device;

/**
 * One tag of a device. A device may carry several with the same key (DEV-3).
 *
 * @param key 1 to 255 characters of {@code 0-9a-zA-Z_-}
 * @param value 1 to 255 characters
 */
public record Tag(String key, String value) {}
