namespace Traversal.Benchmarks.Ice;

/// <summary>Sends datagrams and receives them, or their echoes, with a window of them on the way.</summary>
internal interface IDatagramExchange
{
    Task RunAsync(int datagrams);
}
