package dev.hejin.scheduler.app.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import dev.hejin.scheduler.app.codec.ViewCodec;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

  private static Pages.Page<String> page(int size, String token) {
    return Pages.of(NAMES, Function.identity(), size, 4, token);
  }

  @Test
  void shouldUseDefaultSize() {
    // When
    Pages.Page<String> page = page(0, "");

    // Then
    assertThat(page).isEqualTo(new Pages.Page<>(List.of("a", "b", "c", "d"), "d"));
  }

  @Test
  void shouldGoOnBehindToken() {
    // When
    Pages.Page<String> page = page(2, "b");

    // Then
    assertThat(page).isEqualTo(new Pages.Page<>(List.of("c", "d"), "d"));
  }

  @Test
  void shouldEndWithoutToken() {
    // When
    Pages.Page<String> page = page(2, "c");

    // Then
    assertThat(page).isEqualTo(new Pages.Page<>(List.of("d", "e"), ""));
  }

  @Test
  void shouldGoOnWhereTheNamedItemIsGone() {
    // When
    Pages.Page<String> page = page(2, "bb");

    // Then
    assertThat(page.items()).containsExactly("c", "d");
  }

  @Test
  void shouldAnswerTokenBehindTheEndWithAnEmptyPage() {
    // When
    Pages.Page<String> page = page(2, "z");

    // Then
    assertThat(page).isEqualTo(new Pages.Page<>(List.of(), ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 1000})
  void shouldShowEachItemOnce(int size) {
    // Given
    List<String> devices =
        IntStream.range(0, 25)
            .mapToObj(i -> "n" + i % 2 + "/" + i)
            .sorted(Comparator.comparing(ViewCodec::sortKey))
            .toList();
    List<String> seen = new ArrayList<>();
    String token = "";

    // When
    do {
      Pages.Page<String> page = Pages.of(devices, ViewCodec::sortKey, size, 1, token);
      seen.addAll(page.items());
      token = page.nextToken();
    } while (!token.isEmpty());

    // Then
    assertThat(seen).isEqualTo(devices);
    assertThat(seen.subList(0, 3)).containsExactly("n0/0", "n0/2", "n0/4");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1001, Integer.MIN_VALUE})
  void shouldRefuseSize(int size) throws Exception {
    // When
    StatusRuntimeException refusal =
        Objects.requireNonNull(
            catchThrowableOfType(StatusRuntimeException.class, () -> page(size, "")));

    // Then
    assertThat(refusal).hasMessageStartingWith("INVALID_ARGUMENT: page size is " + size);
    Status status = Objects.requireNonNull(StatusProto.fromThrowable(refusal));
    BadRequest details = status.getDetails(0).unpack(BadRequest.class);
    assertThat(details.getFieldViolations(0).getField()).isEqualTo("page_size");
    assertThat(details.getFieldViolations(0).getDescription()).startsWith("page size is " + size);
  }
}
