namespace Traversal.Interop.Tests.Programs;

/// <summary>How a router of the Linux kernel hides the network behind it.</summary>
public enum Masquerade
{
    /// <summary>Not at all: it routes.</summary>
    None = 0,

    /// <summary>It keeps ports where it can: the mapping is independent of the endpoint, the filtering goes by address and port (RFC 4787).</summary>
    KeepsPorts,

    /// <summary>It draws a port for each connection: mapping and filtering go by address and port.</summary>
    DrawsPorts,
}
