namespace Traversal.Server;

/// <summary>An option of <see cref="TurnServerOptions"/> that can't be used. The message is one line that names it.</summary>
public sealed class TurnServerOptionsException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="option">The option's name.</param>
    /// <param name="reason">Why it can't be used.</param>
    public TurnServerOptionsException(string option, string reason)
        : base($"{option}: {reason}")
    {
        Option = option;
        Reason = reason;
    }

    /// <summary>The option's name.</summary>
    public string Option { get; }

    /// <summary>Why it can't be used.</summary>
    public string Reason { get; }
}
