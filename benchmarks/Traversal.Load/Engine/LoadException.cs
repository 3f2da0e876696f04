namespace Traversal.Load.Engine;

/// <summary>A run that cannot go on, with a sentence for who started it.</summary>
internal sealed class LoadException : Exception
{
    public LoadException(string message)
        : base(message)
    {
    }

    public LoadException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
