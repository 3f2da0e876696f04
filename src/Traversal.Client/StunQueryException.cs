namespace Traversal.Client;

/// <summary>A STUN server that gave no answer, or not one that says an address. The message says which.</summary>
public sealed class StunQueryException : Exception
{
    /// <summary>Creates the exception.</summary>
    public StunQueryException(string message)
        : base(message)
    {
    }
}
