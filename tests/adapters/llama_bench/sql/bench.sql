CREATE TABLE IF NOT EXISTS test (
  build_commit TEXT,
  build_number INTEGER,
  cpu_info TEXT,
  gpu_info TEXT,
  backends TEXT,
  model_filename TEXT,
  model_type TEXT,
  model_n_params INTEGER,
  n_gpu_layers INTEGER,
  flash_attn INTEGER,
  n_prompt INTEGER,
  n_gen INTEGER,
  n_depth INTEGER,
  test_time TEXT,
  avg_ns INTEGER,
  stddev_ns INTEGER,
  avg_ts REAL,
  stddev_ts REAL
);

INSERT INTO test (build_commit, build_number, cpu_info, gpu_info, backends, model_filename, model_type, model_n_params, n_gpu_layers, flash_attn, n_prompt, n_gen, n_depth, test_time, avg_ns, stddev_ns, avg_ts, stddev_ts) VALUES ('0abc1234', '5163', 'Example CPU, 9', '', 'CPU', 'models/Hop-7B.gguf', 'hop 7B F16', '7000000000', '0', '1', '512', '0', '0', '2031-02-03T04:05:06Z', '5120000000', '1', '100.000000', '0.5');
INSERT INTO test (build_commit, build_number, cpu_info, gpu_info, backends, model_filename, model_type, model_n_params, n_gpu_layers, flash_attn, n_prompt, n_gen, n_depth, test_time, avg_ns, stddev_ns, avg_ts, stddev_ts) VALUES ('0abc1234', '5163', 'Example CPU, 9', '', 'CPU', 'models/Hop-7B.gguf', 'hop 7B F16', '7000000000', '0', '1', '0', '128', '0', '2031-02-03T04:05:16Z', '12800000000', '1', '10.000000', '0.1');
INSERT INTO test (build_commit, build_number, cpu_info, gpu_info, backends, model_filename, model_type, model_n_params, n_gpu_layers, flash_attn, n_prompt, n_gen, n_depth, test_time, avg_ns, stddev_ns, avg_ts, stddev_ts) VALUES ('0abc1234', '5163', 'Example CPU, 9');
