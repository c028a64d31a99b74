// onnxruntime as this house loads it: nobody else does, so that its sender is switched off before it is there.

// It stands first: the library looks when it is loaded.
import '../../../core/silent.ts';

export { InferenceSession, Tensor } from 'onnxruntime-node';
