"""Text becomes a frozen ``CompiledConfig``, or a list of diagnostics with file and line. Reads no file itself."""
