// The ONNX file format: the part of onnx.proto (ONNX IR 10, https://onnx.ai/onnx/repo-docs/IR.html) that our exports use and that a check
// of somebody else's file has to see. Fields that are not named here are passed over when a file is read.

import protobuf from 'protobufjs';

const schema = `
syntax = "proto3";
package onnx;
message StringStringEntryProto { string key = 1; string value = 2; }
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message ModelProto {
  int64 ir_version = 1; string producer_name = 2; string producer_version = 3; string domain = 4; int64 model_version = 5;
  string doc_string = 6; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8;
  repeated StringStringEntryProto metadata_props = 14; repeated TrainingInfoProto training_info = 20; repeated FunctionProto functions = 25;
}
message TrainingInfoProto { GraphProto initialization = 1; GraphProto algorithm = 2; }
message FunctionProto { string name = 1; repeated NodeProto node = 7; string domain = 10; repeated AttributeProto attribute_proto = 11; }
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; string doc_string = 10;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; repeated SparseTensorProto sparse_initializer = 15;
}
message NodeProto {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5;
  string doc_string = 6; string domain = 7;
}
message AttributeProto {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; TensorProto t = 5; GraphProto g = 6; repeated float floats = 7;
  repeated int64 ints = 8; repeated bytes strings = 9; repeated TensorProto tensors = 10; repeated GraphProto graphs = 11;
  int32 type = 20; SparseTensorProto sparse_tensor = 22; repeated SparseTensorProto sparse_tensors = 23;
}
message TensorProto {
  repeated int64 dims = 1; int32 data_type = 2; repeated bytes string_data = 6; string name = 8; bytes raw_data = 9;
  repeated StringStringEntryProto external_data = 13; int32 data_location = 14;
}
message SparseTensorProto { TensorProto values = 1; TensorProto indices = 2; }
message ValueInfoProto { string name = 1; TypeProto type = 2; string doc_string = 3; }
message TypeProto { TensorType tensor_type = 1; Other sequence_type = 4; Other map_type = 5; Other sparse_tensor_type = 8; Other optional_type = 9; }
message Other {}
message TensorType { int32 elem_type = 1; TensorShapeProto shape = 2; }
message TensorShapeProto { repeated Dimension dim = 1; }
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
`;

export type Attribute = {
  name: string;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: TensorProto;
  g?: Graph;
  floats?: readonly number[];
  ints?: readonly number[];
  strings?: readonly Uint8Array[];
  tensors?: TensorProto[];
  graphs?: Graph[];
  type: number;
  sparseTensor?: SparseTensor;
  sparseTensors?: SparseTensor[];
};
export type Node = {
  name?: string;
  opType: string;
  domain?: string;
  input?: string[];
  output?: string[];
  attribute?: Attribute[];
};
export type TensorProto = {
  name?: string;
  dims?: number[];
  dataType: number;
  rawData?: Uint8Array;
  stringData?: Uint8Array[];
  externalData?: { key: string; value: string }[];
  dataLocation?: number;
};
export type SparseTensor = { values?: TensorProto; indices?: TensorProto };
export type ValueInfo = {
  name: string;
  docString?: string;
  type?: { tensorType?: { elemType: number; shape?: { dim?: { dimValue?: number; dimParam?: string }[] } } };
};
export type Graph = {
  name?: string;
  docString?: string;
  node?: Node[];
  initializer?: TensorProto[];
  sparseInitializer?: SparseTensor[];
  input?: ValueInfo[];
  output?: ValueInfo[];
};
export type Model = {
  irVersion: number;
  producerName?: string;
  producerVersion?: string;
  domain?: string;
  modelVersion?: number;
  docString?: string;
  graph?: Graph;
  opsetImport?: { domain?: string; version?: number }[];
  metadataProps?: { key: string; value: string }[];
  trainingInfo?: object[];
  functions?: { name: string; domain?: string; node?: Node[]; attributeProto?: Attribute[] }[];
};

/** Numbers that the format gives to element types (TensorProto.DataType). */
export const elementType = Object.freeze({ float: 1, int32: 6, int64: 7, string: 8, bool: 9, double: 11 });
export type ElementType = keyof typeof elementType;
/** Numbers of the kinds of attributes (AttributeProto.AttributeType). */
export const attributeType = Object.freeze({ float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 });

const type = protobuf.parse(schema).root.lookupType('onnx.ModelProto');

/** The same bytes for the same model: fields are written in the order of their numbers, nothing is taken from time or machine. */
export function encodeModel(model: Model): Uint8Array {
  return type.encode(type.fromObject(model)).finish();
}

/** @throws {Error} where the bytes are not a protobuf message of this kind; what the message means is for the caller to check */
export function decodeModel(bytes: Uint8Array): Model {
  return type.toObject(type.decode(bytes), { longs: Number }) as Model;
}
