package io.claviger.server.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Writes the API document as JSON during the build, so that a starting server does not spend half a
 * second on reading YAML.
 */
public final class DocumentCompiler {

  private DocumentCompiler() {}

  /**
   * Reads YAML and writes JSON.
   *
   * @param arguments the file to read and the file to write
   * @throws IOException when one of them cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    var document = YAMLMapper.shared().readTree(Files.readString(Path.of(arguments[0])));
    Files.writeString(Path.of(arguments[1]), JsonMapper.shared().writeValueAsString(document));
  }
}
