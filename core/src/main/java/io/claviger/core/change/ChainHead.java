package io.claviger.core.change;

/**
 * The end of a chain: all that is needed to append to it. Whoever keeps a copy elsewhere can prove
 * later that the log up to there is still the same.
 *
 * @param sequence of the last entry; 0 when the chain is empty
 * @param hash of the last entry; the genesis hash when the chain is empty
 */
public record ChainHead(long sequence, ChainHash hash) {}
