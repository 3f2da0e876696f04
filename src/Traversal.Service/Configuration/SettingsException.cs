namespace Traversal.Service.Configuration;

/// <summary>A mistake in flags, environment or file. The message is one line that names the option and where it was given.</summary>
public sealed class SettingsException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line that names the option.</param>
    public SettingsException(string message)
        : base(message)
    {
    }
}
