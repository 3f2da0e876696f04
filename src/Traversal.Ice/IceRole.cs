namespace Traversal.Ice;

/// <summary>Who nominates (RFC 8445 section 6.1.1).</summary>
public enum IceRole : byte
{
    /// <summary>The other agent does.</summary>
    Controlled = 0,

    /// <summary>This agent does.</summary>
    Controlling,
}
