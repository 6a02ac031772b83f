package dev.hejin.deploy.local.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.catalog.pool.NodeSpec;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolTextTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 128, 1250})
  void shouldMakeAsManyNodesAsAsked(int count) {
    // When
    List<NodeSpec> nodes = PoolText.nodes("p", count);

    // Then
    assertThat(nodes).hasSize(count);
    assertThat(nodes).extracting(NodeSpec::name).doesNotHaveDuplicates();
    assertThat(nodes).allSatisfy(node -> assertThat(node.devices()).hasSize(8));
  }
}
