/**
 * Reads tensors that other programs saved: files of PyTorch ({@code torch.save}) and safetensors.
 *
 * <p>Start at {@link dev.hejin.client.tensor.TorchFile} and {@code SafetensorsFile}. Elements are
 * streamed, never held as a whole.
 *
 * <p>Promises: nothing in a file is executed: a pickle becomes numbers, texts, lists and maps, and
 * calls that it asks for are only noted. No length that a file claims is believed before it is
 * read.
 */
@NullMarked
package dev.hejin.client.tensor;

import org.jspecify.annotations.NullMarked;
