package io.claviger.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A data folder with many tokens, for a server to be started on. Beside the database lie {@code
 * tokens.txt}, the values of the tokens in random order, and {@code application.txt}, the id of the
 * application that each of them may read.
 */
final class TokenFolder {
  private TokenFolder() {}

  /** Takes the folder, which must be empty, and the number of tokens. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    try (World world = new World(folder, Integer.parseInt(arguments[1]))) {
      List<String> shuffled = new ArrayList<>(world.tokens());
      Collections.shuffle(shuffled, new Random(11));
      Files.write(folder.resolve("tokens.txt"), shuffled);
      Files.writeString(folder.resolve("application.txt"), world.application());
    }
  }
}
