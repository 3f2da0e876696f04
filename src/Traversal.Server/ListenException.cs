namespace Traversal.Server;

/// <summary>A listener that can't be opened: its port is taken, or its address, or one to relay on, is not of this machine. The message is one line that names it.</summary>
public sealed class ListenException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line that names the address.</param>
    public ListenException(string message)
        : base(message)
    {
    }
}
